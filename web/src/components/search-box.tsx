// Looks for what is typed, once the typing pauses.
import { useEffect, useState } from "react";

const PAUSE_MS = 300;

type Props = { label: string; value: string; onSearch: (text: string) => void; type?: "search" | "text" };

export function SearchBox({ label, value, onSearch, type = "search" }: Props) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Somebody went back, or another filter cleared it.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onSearch]);
  return (
    <input
      className="input input-small filter-search"
      type={type}
      aria-label={label}
      placeholder={label}
      maxLength={100}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
