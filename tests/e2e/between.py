"""An HTTP door between seatledger and the simulator's APIs."""
import threading
from http import server

import rig


class Between:
    """Hands GET on to the simulator, but answers some paths itself:
    {"/licenses": 503} or {"/licenses": (200, "body", "type")}. before(path, token), if any, is
    called first. seen: the paths that were asked for, in order."""

    def __init__(self, sim, answers=None, before=None):
        between = self
        self.sim, self.answers, self.before, self.seen = sim, answers or {}, before, []

        class Handler(server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                between.seen.append(self.path)
                if between.before:
                    between.before(self.path, self.headers["Authorization"])
                for part, own in between.answers.items():
                    if part in self.path:
                        status, body, kind = own if isinstance(own, tuple) else (own, "", "text/plain")
                        return self.say(status, body.encode(), kind)
                headers = {name: self.headers[name] for name in ("Authorization", "Accept") if self.headers[name]}
                answer = rig.http("GET", between.sim.url + self.path, between.sim.ca, headers=headers)
                return self.say(answer.status, answer.body, answer.headers["Content-Type"] or "text/plain")

            def say(self, status, body, kind):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        class Server(server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # whoever asked is gone

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.server.shutdown()
        self.server.server_close()
