{-# LANGUAGE OverloadedStrings #-}
import Web.Scotty
import qualified Data.Map as M
import qualified Data.Text.Lazy as T
import Control.Exception
import Network.HTTP.Types
import Network.Wai.Handler.Warp (setPort, setHost, setOnExceptionResponse, exceptionResponseForDebug, defaultSettings)
import System.Environment
main :: IO ()
main = do
  [p, m] <- getArgs
  scottyOpts (Options 0 (setHost "127.0.0.1" (setPort (read p) (if m == "debug" then setOnExceptionResponse exceptionResponseForDebug defaultSettings else defaultSettings)))) $ do
    get "/head" $ text (T.pack (show (head ([] :: [Int]))))
    get "/map" $ text (T.pack (show ((M.fromList [("EU-1", 1.9)] :: M.Map String Double) M.! "EU-3")))
    get "/file" $ liftAndCatchIO (readFile "/etc/shop/tariff.json") >>= text . T.pack
    get "/item/:id" $ do { i <- param "id"; text (T.pack (show (i :: Int))) }
    get "/raise" $ raise "cannot connect to postgres://shop@db.internal.shop.example:5432/shop"
    get "/told" $ do
      r <- liftAndCatchIO (try (evaluate (read "many" :: Int)) :: IO (Either SomeException Int))
      case r of { Left e -> status status500 >> text (T.pack (show e)); Right v -> text (T.pack (show v)) }
    get "/error" $ do
      r <- liftAndCatchIO (try (evaluate (error "no rate for EU-3" :: Int)) :: IO (Either ErrorCall Int))
      case r of { Left e -> status status500 >> json (M.fromList [("error" :: String, show e)]); Right v -> text (T.pack (show v)) }
    get "/closed" $ status status503 >> json (M.fromList [("error" :: String, "closed for stock-taking" :: String)])
    post "/order" $ do { o <- jsonData; json (o :: M.Map String Int) }
