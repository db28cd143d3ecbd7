// Past receipts.
import { Answer } from "@/components/answer";
import { OrderList } from "@/features/orders/order-list";
import { useGetMyOrdersQuery } from "@/features/orders/shopper-orders-api";

export function ReceiptsPage() {
  const query = useGetMyOrdersQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <div className="page-lead">
        <h1>Receipts</h1>
      </div>
      <Answer query={query}>{(orders) => <OrderList orders={orders} />}</Answer>
    </>
  );
}
