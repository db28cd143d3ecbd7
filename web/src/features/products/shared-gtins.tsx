// Says which products have the same barcode number: they had it before that was refused.
import type { ProductView } from "@/lib/generated/protocol";

export function SharedGtins({ products }: { products: ProductView[] }) {
  const byGtin = new Map<string, ProductView[]>();
  for (const product of products) {
    // The server shows a number in one form, however it was typed.
    if (product.gtin !== null) byGtin.set(product.gtin, [...(byGtin.get(product.gtin) ?? []), product]);
  }
  const shared = [...byGtin].filter(([, some]) => some.length > 1);
  if (shared.length === 0) return null;
  return (
    <div className="notice" role="alert">
      <div className="stack-s">
        <strong>These products have the same GTIN. Please correct all but one of each.</strong>
        {shared.map(([gtin, some]) => (
          <span key={gtin} className="small">
            <span className="mono">{gtin}</span>: {some.map((one) => `${one.name} (${one.sku})`).join(", ")}
          </span>
        ))}
      </div>
    </div>
  );
}
