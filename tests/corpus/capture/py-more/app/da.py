import sys, stock
from dash import Dash, Input, Output, html, dcc
app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="name"), html.Div(id="out")])

@app.callback(Output("out", "children"), Input("name", "value"))
def show(name):
    return str(stock.ALL[name]())

@app.callback(Output("name", "value"), Input("out", "n_clicks"))
def shape(n):
    return {1, 2}

app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=sys.argv[2] == "debug", use_reloader=False, dev_tools_ui=True)
