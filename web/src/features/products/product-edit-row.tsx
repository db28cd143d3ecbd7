// A product's row while an owner edits it.
import { useState } from "react";
import type { ProductView, TaxClassName } from "@/lib/generated/protocol";
import { moneyInputValue, parseMoney } from "@/lib/money";
import { TAX_CLASSES } from "@/lib/words";

type EditProps = {
  product: ProductView;
  isNew?: boolean;
  currency: string;
  busy: boolean;
  onSave: (product: ProductView) => void;
  onCancel: () => void;
};

export function ProductEditRow({ product, isNew = false, currency, busy, onSave, onCancel }: EditProps) {
  const [draft, setDraft] = useState(product);
  const [price, setPrice] = useState(
    product.price_minor === null ? "" : moneyInputValue(product.price_minor, currency),
  );
  const priceMinor = price.trim() === "" ? null : parseMoney(price, currency);
  const badPrice = price.trim() !== "" && priceMinor === null;
  const complete = draft.sku.trim() !== "" && draft.name.trim() !== "" && !badPrice;
  const set = (part: Partial<ProductView>) => setDraft({ ...draft, ...part });
  const save = () => onSave({ ...draft, sku: draft.sku.trim(), name: draft.name.trim(), price_minor: priceMinor });
  return (
    <tr className="edit-row">
      <td data-label="SKU" className="mono">
        {isNew ? (
          <input
            className="input input-small"
            aria-label="SKU"
            value={draft.sku}
            onChange={(e) => set({ sku: e.target.value })}
          />
        ) : (
          draft.sku
        )}
      </td>
      <td data-label="Name">
        <input
          className="input input-small"
          aria-label="Name"
          value={draft.name}
          onChange={(e) => set({ name: e.target.value })}
        />
      </td>
      <td data-label="GTIN">
        <input
          className="input input-small"
          aria-label="GTIN"
          inputMode="numeric"
          value={draft.gtin ?? ""}
          onChange={(e) => set({ gtin: e.target.value.trim() || null })}
        />
      </td>
      <td data-label="Price">
        <input
          className="input input-small"
          aria-label="Price"
          inputMode="decimal"
          aria-invalid={badPrice || undefined}
          value={price}
          onChange={(e) => setPrice(e.target.value)}
        />
      </td>
      <td data-label="Tax">
        <select
          className="input input-small"
          aria-label="Tax"
          value={draft.tax_class}
          onChange={(e) => set({ tax_class: e.target.value as TaxClassName })}
        >
          {Object.entries(TAX_CLASSES).map(([name, word]) => (
            <option key={name} value={name}>
              {word}
            </option>
          ))}
        </select>
      </td>
      <td data-label="Weight">
        <input
          className="input input-small"
          aria-label="Weight in grams"
          type="number"
          min="0"
          step="any"
          value={draft.unit_weight_g ?? ""}
          onChange={(e) => set({ unit_weight_g: e.target.value === "" ? null : Number(e.target.value) })}
        />
      </td>
      <td>
        <div className="row-actions">
          <button type="button" className="button button-small" disabled={!complete || busy} onClick={save}>
            Save
          </button>
          <button type="button" className="button button-plain button-small" onClick={onCancel}>
            Cancel
          </button>
        </div>
      </td>
    </tr>
  );
}
