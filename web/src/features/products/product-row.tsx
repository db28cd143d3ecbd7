// A product in the table.
import { MoneyText } from "@/components/money-text";
import type { ProductView } from "@/lib/generated/protocol";
import { TAX_CLASSES } from "@/lib/words";

export function ProductRow({
  product,
  currency,
  onEdit,
}: {
  product: ProductView;
  currency: string;
  onEdit?: () => void;
}) {
  return (
    <tr>
      <td data-label="SKU" className="mono">
        {product.sku}
      </td>
      <td data-label="Name">{product.name}</td>
      <td data-label="GTIN" className="mono">
        {product.gtin}
      </td>
      <td data-label="Price" className="end">
        {product.price_minor === null ? (
          <span className="pill pill-wait">No price</span>
        ) : (
          <MoneyText minor={product.price_minor} currency={currency} />
        )}
      </td>
      <td data-label="Tax">{TAX_CLASSES[product.tax_class]}</td>
      <td data-label="Weight" className="end">
        {product.unit_weight_g !== null && `${product.unit_weight_g} g`}
      </td>
      {onEdit && (
        <td>
          <div className="row-actions">
            <button
              type="button"
              className="button button-plain button-small"
              aria-label={`Edit ${product.name}`}
              onClick={onEdit}
            >
              Edit
            </button>
          </div>
        </td>
      )}
    </tr>
  );
}
