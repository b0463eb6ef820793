"""An HTTP door between seatledger and the simulator's APIs."""
import threading
from http import server

import rig


class Between:
    """Hands GET on to the simulator, but answers some paths itself:
    {"/licenses": 503} or {"/licenses": (200, "body", "type")}, or what a function makes of the
    simulator's Answer: it returns such a tuple, or None for the answer as it is; a fourth word "cut"
    breaks the answer off after its body. before(path, token), if any, is called first. seen: the paths that were asked for, in order."""

    def __init__(self, sim, answers=None, before=None):
        between = self
        self.sim, self.before, self.seen = sim, before, []
        self.answers = {} if answers is None else answers

        class Handler(server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                between.seen.append(self.path)
                if between.before:
                    between.before(self.path, self.headers["Authorization"])
                own = next((own for part, own in between.answers.items() if part in self.path), None)
                answer = None
                if own is None or callable(own):
                    headers = {name: self.headers[name] for name in ("Authorization", "Accept")
                               if self.headers[name]}
                    answer = rig.http("GET", between.sim.url + self.path, between.sim.ca, headers=headers)
                    own = own(answer) if own else None
                if own is None:
                    own = (answer.status, answer.text, answer.headers["Content-Type"] or "text/plain")
                return self.say(*(own if isinstance(own, tuple) else (own, "", "text/plain")))

            def say(self, status, body, kind, cut=""):
                body = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body) + len(cut)))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = bool(cut)

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
