// Mails that the store has sent, where it keeps them itself.
import { baseApi } from "@/lib/base-api";
import type { MailSummary, MailView } from "@/lib/generated/protocol";

const mailboxApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getMails: build.query<MailSummary[], void>({ query: () => "/admin/mailbox", providesTags: ["Mailbox"] }),
    getMail: build.query<MailView, string>({ query: (id) => `/admin/mailbox/${id}` }),
  }),
});

export const { useGetMailsQuery, useGetMailQuery } = mailboxApi;
