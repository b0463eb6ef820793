"""HTTP/2 between seatledger and what it asks: nghttpx before the simulator, and a peer that breaks the rules."""
import contextlib
import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path

import rig


def own_certificate(folder):
    """(certificate, key) of 127.0.0.1, which is its own authority."""
    pem, key = str(Path(folder) / "own.pem"), str(Path(folder) / "own.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=own", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", pem],
                   check=True, capture_output=True)
    return pem, key


class Nghttpx:
    """HTTP/2 over TLS in front, the simulator behind it over TLS. url, ca (of both, for ca_file); requests: (protocol, status, path)
    of each request that it answered."""

    def __init__(self, folder, sim):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.sim, self.port = sim, rig.free_port()
        self.pem, self.key = own_certificate(self.folder)
        self.log = self.folder / "access.log"
        self.ca = str(self.folder / "both.pem")
        Path(self.ca).write_text(Path(self.pem).read_text() + Path(sim.ca).read_text())
        self.url = f"https://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        behind = self.sim.url.rsplit(":", 1)[1]
        self.process = subprocess.Popen(
            ["nghttpx", "--conf=/dev/null", f"--frontend=127.0.0.1,{self.port}", f"--backend=127.0.0.1,{behind};;tls;sni=localhost;proto=http/1.1",
             f"--cacert={self.sim.ca}", "--workers=1", "--single-process", "--no-ocsp", f"--accesslog-file={self.log}",
             "--accesslog-format=$alpn|$status|$request", f"--errorlog-file={self.folder / 'error.log'}", self.key, self.pem],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=rig.environment(self.folder))
        rig.wait_until("nghttpx", self.listens)

    def listens(self):
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
            return True
        return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.kill()

    @property
    def requests(self):
        found = []
        for line in self.log.read_text().splitlines():
            protocol, status, request = line.split("|", 2)
            found.append((protocol, int(status), request))
        return found


# ---- a peer that speaks HTTP/2 as it likes: frames by hand (RFC 9113) ----

HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 1, 3, 4, 6, 7, 9
END_HEADERS, ACK = 4, 1


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(bytes_):
    """A literal of HPACK, at most some 16,000 bytes, not compressed."""
    if len(bytes_) < 127:
        return bytes([len(bytes_)]) + bytes_
    rest = len(bytes_) - 127
    return bytes([127, rest % 128 + 128, rest // 128]) + bytes_


def field(name, value):
    return b"\x00" + text(name) + text(value)


class Peer:
    """answer(send, stream) is called for each request, and says what it likes: send(bytes). asked: how many came."""

    def __init__(self, folder, answer):
        pem, key = own_certificate(folder)
        self.ca, self.answer, self.asked = pem, answer, 0
        self.protocols = set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem, key)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.serve, args=self.listener.accept()[:1], daemon=True).start()

    def serve(self, plain):
        with contextlib.suppress(OSError), self.context.wrap_socket(plain, server_side=True) as tls, tls.makefile("rb") as came:
            self.protocols.add(tls.selected_alpn_protocol())
            assert came.read(24) == b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            tls.sendall(frame(SETTINGS, 0, 0))
            while len(head := came.read(9)) == 9:
                came.read(int.from_bytes(head[:3], "big"))
                if head[3] == SETTINGS and not head[4] & ACK:
                    tls.sendall(frame(SETTINGS, ACK, 0))
                elif head[3] == HEADERS:
                    self.asked += 1
                    self.answer(tls.sendall, int.from_bytes(head[5:], "big"))

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.listener.close()
