// The store's server as far as a test plays it; each test says what it answers.
import { http, HttpResponse, type JsonBodyType } from "msw";
import { setupServer } from "msw/node";
import type { ErrorCode, FieldProblem, Page, Problem } from "@/lib/generated/protocol";

export const server = setupServer();

const address = (path: string) => `http://smartmart.test/api/v1${path}`;

/** An answer to reading. */
export function answers(path: string, body: (asked: URLSearchParams) => JsonBodyType): void {
  server.use(http.get(address(path), ({ request }) => HttpResponse.json(body(new URL(request.url).searchParams))));
}

/** A list with so many entries on its only page. */
export function onePage<Item>(items: Item[]): Page<Item> {
  return { items, next: null, total: items.length };
}

/** An answer to writing; keeps what was sent. */
export function takes(
  method: "post" | "put" | "delete",
  path: string,
  answer: (body: unknown, address: URL) => Response | Promise<Response>,
): void {
  const take = async ({ request }: { request: Request }) => {
    if (request.headers.get("x-smartmart") !== "1") return refusal(403, "not_allowed", "The header is missing.");
    const type = request.headers.get("content-type");
    const asked = new URL(request.url);
    if (!type) return answer(null, asked);
    if (type.startsWith("image/")) return answer(await request.blob(), asked);
    if (type.startsWith("text/")) return answer(await request.text(), asked);
    return answer(type.includes("json") ? await request.json() : await request.formData(), asked);
  };
  server.use(http[method](address(path), take));
}

/** An answer as problem details, with the media type that the server gives them. */
export function refusal(status: number, code: ErrorCode, detail: string, problems: FieldProblem[] = []): Response {
  const problem: Problem = {
    type: `https://smartmart.dev/problems/${code}`,
    title: code,
    status,
    code,
    detail,
    problems,
  };
  return new Response(JSON.stringify(problem), { status, headers: { "content-type": "application/problem+json" } });
}
