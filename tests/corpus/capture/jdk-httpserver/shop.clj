(ns shop
  (:import [com.sun.net.httpserver HttpServer HttpHandler]
           [java.net InetSocketAddress]))

(defn price [sku] (throw (ex-info "no price" {:sku sku :list "2026-Q4" :tried [:db :cache]})))
(defn total [order] (reduce + (map #(* (:qty %) (price (:sku %))) (:lines order))))

(defn on [server path shape work]
  (.createContext server path
    (reify HttpHandler
      (handle [_ x]
        (let [body (.getBytes (str (try (work) (catch Throwable e (shape e)))))]
          (.set (.getResponseHeaders x) "Content-Type" "text/plain; charset=utf-8")
          (.sendResponseHeaders x 500 (count body))
          (.write (.getResponseBody x) body)
          (.close x))))))

(let [server (HttpServer/create (InetSocketAddress. "127.0.0.1" (Integer/parseInt (first *command-line-args*))) 0)]
  (on server "/exinfo" #(pr-str (Throwable->map %)) #(total {:lines [{:sku "KET-1" :qty 2}]}))
  (on server "/npe" #(let [w (java.io.StringWriter.)] (.printStackTrace % (java.io.PrintWriter. w)) w) #(inc (:qty {})))
  (on server "/arity" #(str (.getName (class %)) ": " (.getMessage %)) #(apply total [1 2]))
  (.start server))
@(promise)
