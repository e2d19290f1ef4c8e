// What the server wrote into the page.

/** An account that the demo offers. */
export interface Account {
  email: string;
  role: string;
  about: string;
}

interface Settings {
  /** Empty unless this is the demo. */
  accounts: Account[];
  /** The password that all of them share. */
  password: string;
  /** Whether the server shows the SQL statements of an operation to who asks. */
  sql: boolean;
}

const element = document.getElementById("settings") as HTMLScriptElement;

const written: unknown = JSON.parse(element.textContent ?? "{}");

export const settings: Settings = { accounts: [], password: "", sql: false, ...(written as object) };

/** The nonce that the content security policy asks of style elements. */
export const nonce = element.nonce;
