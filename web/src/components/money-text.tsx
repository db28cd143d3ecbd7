// An amount of money on a screen.
import { formatMoney } from "@/lib/money";

export function MoneyText({ minor, currency }: { minor: number; currency: string }) {
  return <span className="numbers">{formatMoney(minor, currency)}</span>;
}
