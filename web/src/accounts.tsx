import { Fragment } from "react";
import { settings } from "./settings";

interface Props {
  /** Says beside each button who that is. */
  described?: boolean;
  /** The account that has signed in, if any. */
  current?: string;
  onEnter(email: string, password: string): void;
}

/** The demo's accounts, each to sign in with one press. Nothing outside of the demo. */
export function Accounts({ described, current, onEnter }: Props) {
  return settings.accounts.map(({ email, role, about }) => (
    <Fragment key={email}>
      <button
        type="button"
        title={`${email}: ${about}`}
        aria-pressed={current === undefined ? undefined : email === current}
        onClick={() => onEnter(email, settings.password)}
      >
        {role}
      </button>
      {described && <span>{about}</span>}
    </Fragment>
  ));
}
