// The cart as it is now: a slip of paper that writes itself.
import { MoneyText } from "@/components/money-text";
import type { CartItem, CartView } from "@/lib/generated/protocol";
import { useLingering } from "@/lib/use-lingering";
import "@/features/carts/live-cart.css";

const LEAVING_MS = 450;
const skuOf = (item: CartItem) => item.sku;

export function LiveCart({ cart, title = "Your cart" }: { cart: CartView; title?: string }) {
  const items = useLingering(cart.items, skuOf, LEAVING_MS);
  const units = cart.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <section className="cart" aria-label={title}>
      <div className="cart-paper">
        <div className="spread">
          <h2>{title}</h2>
          <span className="faint small">{units === 1 ? "1 item" : `${units} items`}</span>
        </div>
        {items.length === 0 && (
          <p className="cart-empty">Nothing yet. Take something off a shelf and it shows up here.</p>
        )}
        <ul className="cart-items" aria-live="polite" aria-relevant="additions text">
          {items.map(({ item, leaving }) => (
            <CartRow key={item.sku} item={item} leaving={leaving} currency={cart.currency} />
          ))}
        </ul>
        <div className="cart-total">
          <span>Total</span>
          <output aria-label="Total">
            <MoneyText minor={cart.total_minor} currency={cart.currency} />
          </output>
        </div>
        <p className="faint small">Tax included. Prices as they are now.</p>
      </div>
    </section>
  );
}

function CartRow({ item, leaving, currency }: { item: CartItem; leaving: boolean; currency: string }) {
  return (
    <li className={leaving ? "cart-item cart-item-leaving" : "cart-item"} aria-hidden={leaving || undefined}>
      {/* A new key at each change of the count lets the sign bounce. */}
      <span key={item.quantity} className="cart-count numbers">
        {item.quantity}×
      </span>
      <span className="cart-name">
        {item.name}
        {item.quantity > 1 && (
          <span className="faint small">
            <MoneyText minor={item.unit_price_minor} currency={currency} /> each
          </span>
        )}
      </span>
      <MoneyText minor={item.unit_price_minor * item.quantity} currency={currency} />
    </li>
  );
}
