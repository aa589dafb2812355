"""Bad upstreams for proxies: 19005 never answers, 19006 answers rubbish, 19007 resets, 19009 stays closed."""
import socket, struct, threading
def serve(port, f):
    s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", port)); s.listen()
    def loop():
        while True:
            c, _ = s.accept()
            try: f(c)
            except OSError: pass
    threading.Thread(target=loop).start()
held = []
def reset(c):
    c.recv(999); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
def rubbish(c):
    c.recv(999); c.sendall(b"HTP/1.1 two hundred\r\n\r\n"); c.close()
serve(19005, held.append); serve(19006, rubbish); serve(19007, reset)
