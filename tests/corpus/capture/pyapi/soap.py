"""Spyne: SOAP faults for the client."""
from spyne import Application, Integer, ServiceBase, Unicode, rpc
from spyne.model.fault import Fault
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication
from wsgiref.simple_server import make_server


class Orders(ServiceBase):
    @rpc(Integer(ge=1), Unicode, _returns=Unicode)
    def get(ctx, id, lang):
        raise Fault('Client.NotFound', f'Bestellung {id} wurde nicht gefunden.')


make_server('127.0.0.1', 19314, WsgiApplication(Application([Orders], 'urn:orders', in_protocol=Soap11(validator='lxml'), out_protocol=Soap11()))).serve_forever()
