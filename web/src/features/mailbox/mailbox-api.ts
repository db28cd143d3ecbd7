// Mails that the store has sent, where it keeps them itself.
import { baseApi } from "@/lib/base-api";
import type { MailSummary, MailView, Page } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";

const mailboxApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getMails: build.infiniteQuery<Page<MailSummary>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/mailbox", queryArg, pageParam),
      providesTags: ["Mailbox"],
    }),
    getMail: build.query<MailView, string>({ query: (id) => `/admin/mailbox/${id}` }),
  }),
});

export const { useGetMailsInfiniteQuery, useGetMailQuery } = mailboxApi;
