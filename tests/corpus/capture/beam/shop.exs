defmodule Shop.Order do
  defstruct [:id, :lines, total: 0]
end

defmodule Shop.PriceError do
  defexception [:sku]
  def message(e), do: "no price for #{e.sku} in list 2026-Q4"
end

defmodule Shop.Stock do
  use GenServer
  def init(s), do: {:ok, s}
  def handle_call({:take, n}, _, s), do: {:reply, :ok, %{s | left: s.left - n}}
end

defmodule Shop do
  alias Shop.Order
  def order(%{"id" => id, "lines" => lines}), do: %Order{id: id, lines: lines}
  def total(%Order{lines: lines}), do: Enum.reduce(lines, 0, fn %{price: p, qty: q}, acc -> acc + p * q end)

  def fail("/clause"), do: order(%{"id" => 7})
  def fail("/reduce"), do: total(%Order{id: 7, lines: [%{price: 3}]})
  def fail("/arith"), do: total(%Order{id: 7, lines: [%{price: "39.90", qty: 1}]})
  def fail("/match"), do: {:ok, _} = File.read("/etc/shop/prices.csv")
  def fail("/bang"), do: File.read!("/etc/shop/prices.csv")
  def fail("/undefined"), do: apply(Shop.Loyalty, :points, [42])
  def fail("/key"), do: Map.fetch!(%{sku: "KET-1"}, :price)
  def fail("/custom"), do: raise(Shop.PriceError, sku: "KET-1")
  def fail("/throw"), do: throw({:retry, 3})
  def fail("/exit"), do: exit({:shutdown, :stock_gone})
  def fail("/case"), do: (case String.length("KET-1") do 4 -> :ok end)
  def fail("/env"), do: System.fetch_env!("SECRET_KEY_BASE")
  def fail("/atom"), do: String.to_existing_atom("no_such_colour_9")
  def fail("/genserver") do
    Process.flag(:trap_exit, true)
    {:ok, pid} = GenServer.start(Shop.Stock, %{count: 3})
    GenServer.call(pid, {:take, 1})
  end
  def fail("/timeout") do
    {:ok, pid} = Agent.start(fn -> 0 end)
    Agent.get(pid, fn _ -> Process.sleep(500) end, 50)
  end
  def fail("/task"), do: Task.async(fn -> 1 / 0 end) |> Task.await()

  def answer("/erlang" <> rest) do
    try do
      fail(rest)
    catch
      c, r -> {"text/plain", :io_lib.format("~p", [{c, r, __STACKTRACE__}])}
    end
  end
  def answer("/inspect" <> rest) do
    try do
      fail(rest)
    rescue
      e -> {"application/json", ~s({"errors":{"detail":#{inspect(inspect(e))}}})}
    end
  end
  def answer("/message" <> rest) do
    try do
      fail(rest)
    rescue
      e -> {"application/json", ~s({"error":#{inspect(Exception.message(e))}})}
    end
  end
  def answer("/ok"), do: {"application/json", ~s({"errors":{"detail":"Internal Server Error"}})}
  def answer("/ok-html"), do: {"text/html", "<!DOCTYPE html>\n<html><body>Internal Server Error</body></html>"}
  def answer(path) do
    try do
      fail(path)
    catch
      c, r -> {"text/plain", Exception.format(c, r, __STACKTRACE__)}
    end
  end

  def serve(port) do
    {:ok, l} = :gen_tcp.listen(port, [:binary, packet: :http_bin, active: false, reuseaddr: true, ip: {127, 0, 0, 1}])
    loop(l)
  end
  defp loop(l) do
    {:ok, s} = :gen_tcp.accept(l)
    spawn(fn ->
      receive do :go -> :ok end
      case :gen_tcp.recv(s, 0) do
        {:ok, {:http_request, _, {:abs_path, path}, _}} ->
          {type, body} = answer(path)
          body = IO.iodata_to_binary(body)
          :gen_tcp.send(s, "HTTP/1.1 500 Internal Server Error\r\nContent-Type: #{type}; charset=utf-8\r\nContent-Length: #{byte_size(body)}\r\nConnection: close\r\n\r\n#{body}")
        _ -> :ok
      end
      :gen_tcp.shutdown(s, :write)
      Process.sleep(100)
    end)
    |> then(fn pid -> :gen_tcp.controlling_process(s, pid); send(pid, :go) end)
    loop(l)
  end
end
