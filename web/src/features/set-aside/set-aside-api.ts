// What could not be stored: kept with the cause, for staff.
import { baseApi } from "@/lib/base-api";
import type { Page, SetAsideView } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";

const setAsideApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getSetAside: build.infiniteQuery<Page<SetAsideView>, void, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ pageParam }) => pageOf("/admin/set-aside", {}, pageParam),
      providesTags: ["SetAside"],
    }),
    noteSeen: build.mutation<null, string>({
      query: (id) => ({ url: `/admin/set-aside/${id}/seen`, method: "POST" }),
      invalidatesTags: ["SetAside", "Floor"],
    }),
  }),
});

export const { useGetSetAsideInfiniteQuery, useNoteSeenMutation } = setAsideApi;
