// The store's signed word that a face was erased, to be kept.
import { saveText } from "@/lib/save-text";
import type { ErasureReceipt } from "@/lib/generated/protocol";

export function ErasureNote({ receipt }: { receipt: ErasureReceipt }) {
  return (
    <div className="notice notice-good stack-s" role="status">
      <p>
        <strong>Your face is deleted.</strong> The store signed a receipt for it, which you can keep.
      </p>
      <div>
        <button
          type="button"
          className="button button-plain button-small"
          onClick={() => saveText("smart-mart-erasure-receipt.json", JSON.stringify(receipt, null, 2))}
        >
          Keep the receipt
        </button>
      </div>
    </div>
  );
}
