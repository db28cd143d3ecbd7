// The catalogue; owners edit it in place.
import { useState } from "react";
import { Empty } from "@/components/empty";
import { ProblemNotice } from "@/components/problem-notice";
import type { ProductView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { ProductEditRow } from "@/features/products/product-edit-row";
import { SharedGtins } from "@/features/products/shared-gtins";
import { ProductRow } from "@/features/products/product-row";
import { useCreateProductMutation, useEditProductMutation } from "@/features/products/products-api";

type Props = { products: ProductView[]; currency: string; editable: boolean };

const FRESH: ProductView = {
  sku: "",
  gtin: null,
  name: "",
  price_minor: null,
  tax_class: "standard",
  unit_weight_g: null,
  version: null,
};
const NEW = " new";

export function ProductTable({ products, currency, editable }: Props) {
  const [editing, setEditing] = useState<string | null>(null);
  const [create, creating] = useCreateProductMutation();
  const [change, changing] = useEditProductMutation();
  const stop = () => {
    creating.reset();
    changing.reset();
    setEditing(null);
  };
  const keep = async (product: ProductView) => {
    const answer = await (editing === NEW ? create(product) : change(product));
    if (answer.data) stop();
  };
  const busy = creating.isLoading || changing.isLoading;
  const edit = { currency, busy, onSave: (product: ProductView) => void keep(product), onCancel: stop };
  if (products.length === 0 && !editable) return <Empty title="No products yet" />;
  return (
    <>
      <ProblemNotice problem={problemOf(creating.error ?? changing.error)} />
      <SharedGtins products={products} />
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>SKU</th>
              <th>Name</th>
              <th>GTIN</th>
              <th className="end">Price</th>
              <th>Tax</th>
              <th className="end">Weight</th>
              {editable && (
                <th>
                  <span className="hidden-visually">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {editing === NEW && <ProductEditRow product={FRESH} isNew {...edit} />}
            {products.map((product) =>
              editing === product.sku ? (
                <ProductEditRow key={product.sku} product={product} {...edit} />
              ) : (
                <ProductRow
                  key={product.sku}
                  product={product}
                  currency={currency}
                  onEdit={editable ? () => setEditing(product.sku) : undefined}
                />
              ),
            )}
          </tbody>
        </table>
      </div>
      {editable && editing !== NEW && (
        <div>
          <button type="button" className="button button-plain" onClick={() => setEditing(NEW)}>
            Add a product
          </button>
        </div>
      )}
    </>
  );
}
