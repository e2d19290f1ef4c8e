import { graphql } from 'react-relay';

export const query = graphql`
  query ListQuery {
    ...List_page
  }
`;

export const page = graphql`
  fragment List_page on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "ListPaginationQuery") {
    contracts(first: $count, after: $cursor) @connection(key: "List_contracts") {
      edges {
        node {
          id
          ...Row_contract
        }
      }
    }
  }
`;
