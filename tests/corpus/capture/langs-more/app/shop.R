library(plumber)
args <- commandArgs(TRUE)
pr <- pr() |>
  pr_get("/type", function() sum("a", 1)) |>
  pr_get("/file", function() { options(warn = 2); read.csv("/srv/reports/sales.csv") }) |>
  pr_get("/object", function() nrow(sales_2026)) |>
  pr_get("/json", function() jsonlite::fromJSON('{"sku": }')) |>
  pr_get("/told", function(res) tryCatch(stopifnot(is.numeric("x"), 1 > 2), error = function(e) { res$status <- 500; list(error = jsonlite::unbox(conditionMessage(e)), call = jsonlite::unbox(deparse(conditionCall(e))[1])) })) |>
  pr_get("/trace", function(res) { res$status <- 500; f <- function(x) g(x); g <- function(x) stop("no rate for region ", x); calls <- NULL; e <- tryCatch(withCallingHandlers(f("EU-3"), error = function(e) calls <<- sys.calls()), error = function(e) e); list(error = jsonlite::unbox(conditionMessage(e)), traceback = vapply(tail(calls, 6), function(x) paste(deparse(x), collapse = " "), "")) }) |>
  pr_get("/own", function(res) { res$status <- 422; list(message = jsonlite::unbox("The period must not be longer than a year.")) }) |>
  pr_set_debug(args[2] == "debug")
pr_run(pr, host = "127.0.0.1", port = as.integer(args[1]), quiet = TRUE, docs = FALSE)
