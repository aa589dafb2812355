{-# LANGUAGE DataKinds, TypeOperators, OverloadedStrings, TemplateHaskell, QuasiQuotes, TypeFamilies, MultiParamTypeClasses, DeriveGeneric, DeriveAnyClass #-}
module Main where
import Servant
import Data.Aeson
import GHC.Generics
import Network.Wai.Handler.Warp
import qualified Data.Map as M
import Control.Exception
import Control.Monad.IO.Class
import System.Environment
import qualified Data.ByteString.Lazy.Char8 as L
import Data.Maybe (fromJust)
data Berth = Berth { name :: String, depth :: Int } deriving (Generic, FromJSON, ToJSON)
type API = "run" :> Capture "name" String :> Get '[JSON] Int
      :<|> "tell" :> Capture "name" String :> Get '[JSON] Int
      :<|> "berths" :> ReqBody '[JSON] Berth :> Post '[JSON] Berth
      :<|> "depth" :> QueryParam' '[Required, Strict] "metres" Int :> Get '[JSON] Int
      :<|> "closed" :> Get '[JSON] Int
fault :: String -> IO Int
fault "head" = evaluate (head [])
fault "map" = evaluate (M.fromList [(1 :: Int, 2)] M.! 3)
fault "div" = evaluate (1 `div` (0 :: Int))
fault "just" = evaluate (fromJust Nothing)
fault "read" = evaluate (read "three")
fault "file" = length <$> readFile "/srv/harbour/berths.json"
fault "json" = either (throwIO . userError) (pure . depth) (eitherDecode "{\"name\":\"A\",\"depth\":\"deep\"}")
fault "case" = evaluate (case (Just 3 :: Maybe Int) of Nothing -> 1)
fault "array" = evaluate ([1, 2, 3] !! 7)
fault "field" = evaluate (depth (Berth { name = "A" }))
fault _ = throwIO (userError "berth 17 is occupied")
server :: Server API
server = (liftIO . fault)
    :<|> (\n -> do r <- liftIO (try (fault n)); case r of Right v -> pure v; Left e -> throwError err500 { errBody = L.pack (displayException (e :: SomeException)) })
    :<|> pure
    :<|> pure
    :<|> throwError err503 { errBody = "{\"error\":\"The harbour is closed because of the storm\"}", errHeaders = [("Content-Type", "application/json")] }
main :: IO ()
main = do
  [port, mode] <- getArgs
  runSettings (setPort (read port) (setHost "127.0.0.1" (if mode == "debug" then setOnExceptionResponse exceptionResponseForDebug defaultSettings else defaultSettings))) (serve (Proxy :: Proxy API) server)
