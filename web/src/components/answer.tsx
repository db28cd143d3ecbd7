// Shows a query: waiting, the problem, or the answer.
import type { SerializedError } from "@reduxjs/toolkit";
import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import type { ReactNode } from "react";
import { Loading } from "@/components/loading";
import { ProblemNotice } from "@/components/problem-notice";
import { problemOf } from "@/lib/problem";

type Query<Data> = {
  data?: Data;
  error?: FetchBaseQueryError | SerializedError;
  refetch: () => unknown;
};

export function Answer<Data>({ query, children }: { query: Query<Data>; children: (data: Data) => ReactNode }) {
  const { data, error, refetch } = query;
  if (data === undefined) {
    return error ? <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} /> : <Loading />;
  }
  // An old answer beside the problem is worth more than the problem alone.
  return (
    <>
      {error && <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} />}
      {children(data)}
    </>
  );
}
