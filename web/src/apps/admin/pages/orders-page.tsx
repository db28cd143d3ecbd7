// All orders.
import { Answer } from "@/components/answer";
import { useGetOrdersQuery } from "@/features/orders/admin-orders-api";
import { OrderTable } from "@/features/orders/order-table";

export function OrdersPage() {
  const query = useGetOrdersQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <h1>Orders</h1>
      </header>
      <Answer query={query}>{(orders) => <OrderTable orders={orders} />}</Answer>
    </>
  );
}
