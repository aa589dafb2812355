{-# LANGUAGE OverloadedStrings, TemplateHaskell, QuasiQuotes, TypeFamilies, MultiParamTypeClasses, ViewPatterns #-}
module Main where
import Yesod
import System.Environment
import qualified Data.Map as M
import qualified Data.Text as T
data Harbour = Harbour
mkYesod "Harbour" [parseRoutes|
/run/#T.Text RunR GET
/closed ClosedR GET
/berths BerthsR POST
|]
instance Yesod Harbour where
  makeSessionBackend _ = return Nothing
getRunR :: T.Text -> Handler T.Text
getRunR n = case n of
  "map" -> return (M.fromList [("a" :: T.Text, "b")] M.! "c")
  "file" -> T.pack <$> liftIO (readFile "/srv/harbour/berths.json")
  "head" -> return (T.pack (show (head ([] :: [Int]))))
  "div" -> return (T.pack (show (1 `div` (0 :: Int))))
  _ -> error "tide table has no row for today"
getClosedR :: Handler Value
getClosedR = sendStatusJSON (toEnum 503) (object ["error" .= ("The harbour is closed because of the storm" :: T.Text)])
postBerthsR :: Handler T.Text
postBerthsR = do
  _ <- invalidArgs ["name needs three letters", "depth is from 1 to 20"]
  return ""
main :: IO ()
main = do
  [port] <- getArgs
  app <- toWaiAppPlain Harbour
  warp' (read port) app
 where warp' p _ = warp p Harbour
