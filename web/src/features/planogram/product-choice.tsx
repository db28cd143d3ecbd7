// Which product stands at a slot: chosen from what its name or SKU is typed of, however many products there are.
import { useEffect, useId, useState } from "react";
import { useFindProductsQuery } from "@/features/planogram/planogram-api";

const PAUSE_MS = 250;

export function ProductChoice({ sku, onChoose }: { sku: string; onChoose: (sku: string) => void }) {
  const listId = useId();
  const [wanted, setWanted] = useState(sku);
  useEffect(() => {
    const timer = setTimeout(() => setWanted(sku.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [sku]);
  const { data } = useFindProductsQuery(wanted);
  const products = data?.items ?? [];
  const chosen = products.find((product) => product.sku === sku);
  return (
    <>
      <input
        className="input input-small"
        aria-label="Product"
        placeholder="Name or SKU"
        list={listId}
        maxLength={100}
        value={sku}
        onChange={(event) => onChoose(event.target.value)}
      />
      <datalist id={listId}>
        {products.map((product) => (
          <option key={product.sku} value={product.sku}>
            {product.name}
          </option>
        ))}
      </datalist>
      {chosen && <span className="small quiet">{chosen.name}</span>}
    </>
  );
}
