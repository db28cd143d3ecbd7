// The page at `/`: the way to the three apps.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Logo } from "@/components/logo";
import "@/components/styles/tokens.css";
import "@/components/styles/base.css";
import "@/apps/landing/landing.css";

const WAYS = [
  { to: "/shop/", name: "Shop", words: "Sign up, see your cart live, find your receipts. Made for the phone." },
  {
    to: "/admin/",
    name: "Admin",
    words: "Watch the store, decide reviews and disputes, look after products and devices.",
  },
  { to: "/kiosk/", name: "Kiosk", words: "For the screens at the entry, the exit and the shelves." },
];

function Landing() {
  return (
    <main className="landing">
      <Logo size={64} />
      <h1>
        The store
        <br />
        without check-outs
      </h1>
      <nav aria-label="Apps">
        {WAYS.map((way) => (
          <a key={way.to} href={way.to}>
            <b>{way.name}</b>
            <span>{way.words}</span>
          </a>
        ))}
      </nav>
    </main>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <Landing />
  </StrictMode>,
);
