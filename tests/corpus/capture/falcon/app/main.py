import falcon
from falcon.media.validators import jsonschema


class Payments:
    def on_get(self, req, resp):
        resp.media = {"amount": req.get_param_as_int("amount", required=True, max_value=100)}

    @jsonschema.validate({"type": "object", "required": ["iban", "amount"], "properties": {"iban": {"type": "string", "pattern": "^[A-Z]{2}"}, "amount": {"type": "number"}}})
    def on_post(self, req, resp):
        raise falcon.HTTPConflict(title="Payment exists", description="A payment with this reference was already made.", code=4091)


class Broken:
    def on_get(self, req, resp):
        resp.media = {"total": "7" + 3}


def handler(req, resp, ex, params):
    tb = ex.__traceback__
    frames = []
    while tb:
        frames.append({"filename": tb.tb_frame.f_code.co_filename, "lineno": tb.tb_lineno, "name": tb.tb_frame.f_code.co_name, "locals": {k: repr(v)[:60] for k, v in tb.tb_frame.f_locals.items()}})
        tb = tb.tb_next
    raise falcon.HTTPInternalServerError(title=type(ex).__name__, description=str(ex)) if req.get_param("plain") else Frames(frames, ex)


class Frames(falcon.HTTPInternalServerError):
    def __init__(self, frames, ex):
        super().__init__(title="Unhandled", description=repr(ex))
        self.frames = frames

    def to_dict(self, obj_type=dict):
        d = super().to_dict(obj_type)
        d["frames"] = self.frames
        return d


app = falcon.App()
app.add_route("/payments", Payments())
app.add_route("/broken", Broken())
debug = falcon.App()
debug.add_route("/broken", Broken())
debug.add_error_handler(TypeError, handler)
