// Tells that live changes do not reach us at the moment.
import { useEffect, useState } from "react";
import { useSelector } from "react-redux";
import { selectConnection } from "@/lib/connection-slice";

/** A connection that is back within this time was not worth a word. */
const PATIENCE_MS = 700;

export function ConnectionSign() {
  const lost = useSelector(selectConnection) === "reconnecting";
  const [worthAWord, setWorthAWord] = useState(false);
  useEffect(() => {
    if (!lost) return;
    const timer = setTimeout(() => setWorthAWord(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setWorthAWord(false);
    };
  }, [lost]);
  const shown = lost && worthAWord;
  return <output className="connection">{shown && <span className="connection-sign">Reconnecting…</span>}</output>;
}
