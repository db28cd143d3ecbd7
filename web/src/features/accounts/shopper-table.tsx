// All shoppers.
import { Empty } from "@/components/empty";
import type { ShopperSummary } from "@/lib/generated/protocol";
import { formatDate } from "@/lib/time";

export function ShopperTable({ shoppers, filtered }: { shoppers: ShopperSummary[]; filtered: boolean }) {
  if (shoppers.length === 0) return <Empty title={filtered ? "Nothing like this" : "Nobody has signed up yet"} />;
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>E-mail</th>
            <th>Known by</th>
            <th>Signed up</th>
            <th>Now</th>
          </tr>
        </thead>
        <tbody>
          {shoppers.map((shopper) => (
            <tr key={shopper.id}>
              <td data-label="Name">
                <b>{shopper.name}</b>
              </td>
              <td data-label="E-mail">{shopper.email}</td>
              <td data-label="Known by">{shopper.face_enrolled ? "Face and QR code" : "QR code"}</td>
              <td data-label="Signed up">{formatDate(shopper.signed_up_at)}</td>
              <td data-label="Now">{shopper.inside && <span className="pill pill-good">In the store</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
