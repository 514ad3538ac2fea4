import { fetchWebhook } from "optidash/fetch";
import { routes } from "../../../routes.mjs";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

const { handlers, seen } = routes();
// Next.js tells no peer; the socket's is always this machine here.
const address = () => "127.0.0.1";

async function answer(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/seen") return Response.json(seen);
  // Next.js writes localhost for a loopback address, and signed endpoints are bound to the host.
  const asked = new Request(request.url.replace("//localhost:", "//127.0.0.1:"), request);
  return fetchWebhook(handlers[pathname], { address })(asked);
}

export { answer as GET, answer as POST, answer as PUT };
