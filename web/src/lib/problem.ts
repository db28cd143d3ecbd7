// What went wrong, as one shape whatever its way: the server's problem details, or our own sentence when it is silent.
import type { SerializedError } from "@reduxjs/toolkit";
import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import type { Problem } from "@/lib/generated/protocol";

function isProblem(data: unknown): data is Problem {
  return typeof data === "object" && data !== null && "code" in data && "detail" in data;
}

function ownProblem(detail: string, status: number): Problem {
  return { type: "about:blank", title: "Something went wrong", status, code: "try_again_later", detail };
}

/** The problem behind an error of RTK Query. */
export function problemOf(error: FetchBaseQueryError | SerializedError | undefined): Problem | null {
  if (!error) return null;
  if ("status" in error) {
    if (isProblem(error.data)) return error.data;
    if (error.status === "FETCH_ERROR" || error.status === "TIMEOUT_ERROR") {
      return ownProblem("We cannot reach the store. Check your connection and try again.", 0);
    }
    const status = error.status === "PARSING_ERROR" ? error.originalStatus : error.status;
    return ownProblem(
      "The store could not do this right now. Please try again.",
      typeof status === "number" ? status : 0,
    );
  }
  return ownProblem("The store could not do this right now. Please try again.", 0);
}

/** The sentence about one field, if the problem has one. */
export function fieldProblem(problem: Problem | null, field: string): string | undefined {
  return problem?.problems?.find((one) => one.field === field)?.detail;
}
