import "./nonce"; // before anything that makes styles
import "./page.css";
import { createRoot } from "react-dom/client";
import { Page } from "./page";

createRoot(document.getElementById("root")!).render(<Page />);
