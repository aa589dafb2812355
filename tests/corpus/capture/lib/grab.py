#!/usr/bin/env python3
"""Store one answer of a running server in the corpus.

grab.py STACK FILE LABEL KIND SOURCE [--sed FROM TO]... -- CURL-ARGUMENTS...
grab.py STACK FILE LABEL KIND SOURCE [--sed FROM TO]... --tcp HOST:PORT TEXT   (TEXT with \\r\\n is sent as it is)
grab.py STACK FILE LABEL KIND SOURCE [--sed FROM TO]... --file PATH STATUS CONTENT-TYPE

The body is stored as received (decoded if it was compressed); the entry is added to bodies/STACK/index.json.
"""
import json, os, re, socket, subprocess, sys, tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..', 'bodies'))
# what no body may name: this machine's own folders, and what CORPUS_FOREIGN (a regular expression) adds
FOREIGN = re.compile('|'.join([re.escape(os.path.expanduser('~')) + r'\b', re.escape(os.path.realpath(ROOT + '/../../..')), re.escape(tempfile.gettempdir()) + '/'] + [x for x in [os.environ.get('CORPUS_FOREIGN')] if x]).encode())


def main():
    a = sys.argv[1:]
    stack, name, label, kind, source = a[:5]
    a = a[5:]
    subst = []
    while a and a[0] == '--sed':
        subst.append((a[1].encode(), a[2].encode()))
        a = a[3:]
    mode, a = a[0], a[1:]
    if mode == '--tcp':
        host, port = a[0].rsplit(':', 1)
        s = socket.create_connection((host, int(port)), 10)
        s.settimeout(10)
        s.sendall(a[1].encode().decode('unicode_escape').encode('latin-1'))
        data = b''
        try:
            while True:
                d = s.recv(65536)
                if not d:
                    break
                data += d
        except OSError:
            pass
        head, _, body = data.partition(b'\r\n\r\n')
        if not head.startswith(b'HTTP/'):
            head, body = b'', data
        m = re.match(rb'HTTP/\S+ (\d+)', head)
        status = int(m.group(1)) if m else 400
        m = re.search(rb'(?im)^content-type:\s*(.+?)\s*$', head)
        ctype = m.group(1).decode() if m else ''
        if re.search(rb'(?im)^transfer-encoding:\s*chunked', head):
            out = b''
            while body:
                n, _, body = body.partition(b'\r\n')
                n = int(n.split(b';')[0] or b'0', 16)
                if not n:
                    break
                out += body[:n]
                body = body[n + 2:]
            body = out
    elif mode == '--file':
        body = open(a[0], 'rb').read()
        status, ctype = int(a[1]), a[2]
    else:
        with tempfile.NamedTemporaryFile() as f:
            p = subprocess.run(['curl', '-s', '-m', '30', '--compressed', '--path-as-is', '-o', f.name,
                                '-w', '%{http_code}\t%{content_type}'] + a, stdout=subprocess.PIPE)
            status, _, ctype = p.stdout.decode().partition('\t')
            status = int(status)
            body = open(f.name, 'rb').read()
    for x, y in subst:
        body = body.replace(x, y)
    where = f'{stack}/{name}'
    if not body.strip():
        sys.exit(f'EMPTY {where} ({status})')
    if len(body) > 100 * 1024:
        sys.exit(f'TOO LARGE {where} ({len(body)})')
    m = FOREIGN.search(body)
    if m:
        sys.exit(f'FOREIGN PATH {where}: {body[max(0, m.start() - 40):m.end() + 40]!r}')
    d = os.path.join(ROOT, stack)
    os.makedirs(d, exist_ok=True)
    index = os.path.join(d, 'index.json')
    entries = json.load(open(index)) if os.path.exists(index) else []
    entries = [e for e in entries if e['file'] != name]
    for e in entries:
        if open(os.path.join(d, e['file']), 'rb').read() == body:
            sys.exit(f'SAME {where} = {e["file"]} ({status})')
    open(os.path.join(d, name), 'wb').write(body)
    entries.append({'file': name, 'label': label, 'kind': kind, 'status': status, 'content_type': ctype, 'source': source})
    open(index, 'w').write('[\n' + ',\n'.join(json.dumps(e, ensure_ascii=False) for e in entries) + '\n]\n')
    print(f'{where}\t{label}\t{status}\t{ctype}\t{len(body)}')


main()
