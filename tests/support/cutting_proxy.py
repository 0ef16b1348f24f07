# SPDX-License-Identifier: Apache-2.0
"""A wire between two programs that a test can cut, slow down and damage: a TCP proxy on a free port of the loopback."""
import contextlib
import socket
import threading
import time


class CuttingProxy:
    def __init__(self, port):
        self.target = port
        self.cut_after = None       # bytes from the client, in all, after which everything is cut once
        self.flip_after = None      # bytes from the server, in all, after which one bit is turned once
        self.cut_answer_after = None    # the same two for the other directions
        self.flip_request_after = None
        self.closed = False         # no connection gets through
        self.delay = 0.0            # seconds before each piece
        self.sent = self.received = self.cuts = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.closed:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.join, args=(client, server), daemon=True).start()

    def join(self, client, server):
        """Closes neither end before both directions have ended: another connection could get its number meanwhile."""
        back = threading.Thread(target=self.pump, args=(server, client, False), daemon=True)
        back.start()
        self.pump(client, server, True)
        back.join()
        client.close()
        server.close()

    def pump(self, source, target, from_client):
        try:
            while True:
                piece = source.recv(65536)
                if not piece:
                    break
                time.sleep(self.delay)
                if self.is_cut(len(piece), from_client):
                    break
                target.sendall(self.damaged(piece, from_client))
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):  # the other direction or the peer has ended it already
                end.shutdown(socket.SHUT_RDWR)

    def is_cut(self, size, from_client):
        with self.lock:
            if from_client:
                self.sent += size
            else:
                self.received += size
            return self.closed or self.is_hit("cut_after" if from_client else "cut_answer_after", from_client)

    def is_hit(self, fault, from_client):
        """Whether that fault's moment has come; then it does not come again."""
        after = getattr(self, fault)
        if after is None or (self.sent if from_client else self.received) < after:
            return False
        setattr(self, fault, None)
        self.cuts += 1
        return True

    def damaged(self, piece, from_client):
        with self.lock:
            if not self.is_hit("flip_request_after" if from_client else "flip_after", from_client):
                return piece
        return bytes([piece[0] ^ 1]) + piece[1:] if len(piece) < 2 else piece[:-1] + bytes([piece[-1] ^ 1])

    def close(self):
        """Wakes accept() first, which would go on to listen on a port that others may then get."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
