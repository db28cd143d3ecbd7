// Which product stands where; owners edit it in place.
import { useState } from "react";
import { Empty } from "@/components/empty";
import { ProblemNotice } from "@/components/problem-notice";
import type { FacingEntry, FacingView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { FacingEditRow, FacingRow } from "@/features/planogram/facing-row";
import { useClearSlotMutation, useSaveFacingMutation } from "@/features/planogram/planogram-api";

type Props = { facings: FacingEntry[]; filtered: boolean; editable: boolean };

const FRESH: FacingView = { slot: "", sku: "", zone: "", x: null, capacity: 0, version: null };
const NEW = " new";

export function PlanogramTable({ facings, filtered, editable }: Props) {
  const [editing, setEditing] = useState<string | null>(null);
  const [save, saving] = useSaveFacingMutation();
  const [clear, clearing] = useClearSlotMutation();
  const stop = () => {
    saving.reset();
    setEditing(null);
  };
  const keep = async (facing: FacingView) => {
    const answer = await save(facing);
    if (answer.data) stop();
  };
  const edit = { busy: saving.isLoading, onSave: (facing: FacingView) => void keep(facing), onCancel: stop };
  if (facings.length === 0 && filtered) return <Empty title="No such slot" />;
  if (facings.length === 0 && !editable) return <Empty title="No slots yet" />;
  return (
    <>
      <ProblemNotice problem={problemOf(saving.error ?? clearing.error)} />
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Slot</th>
              <th>Product</th>
              <th>Zone</th>
              <th className="end">Across the picture</th>
              <th className="end">Capacity</th>
              {editable && (
                <th>
                  <span className="hidden-visually">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {editing === NEW && <FacingEditRow facing={FRESH} isNew {...edit} />}
            {facings.map(({ product_name: productName, ...facing }) =>
              editing === facing.slot ? (
                <FacingEditRow key={facing.slot} facing={facing} {...edit} />
              ) : (
                <FacingRow
                  key={facing.slot}
                  facing={facing}
                  productName={productName ?? "Unknown product"}
                  busy={clearing.isLoading}
                  onEdit={editable ? () => setEditing(facing.slot) : undefined}
                  onClear={editable ? () => void clear(facing) : undefined}
                />
              ),
            )}
          </tbody>
        </table>
      </div>
      {editable && editing !== NEW && (
        <div>
          <button type="button" className="button button-plain" onClick={() => setEditing(NEW)}>
            Add a slot
          </button>
        </div>
      )}
    </>
  );
}
