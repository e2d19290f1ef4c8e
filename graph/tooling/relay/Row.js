import { graphql } from 'react-relay';

export const contract = graphql`
  fragment Row_contract on Contract @refetchable(queryName: "RowRefetchQuery") {
    referenceCode
    status
    institution {
      name
    }
  }
`;
