program shop;
{$mode objfpc}{$H+}
uses cthreads, SysUtils, Classes, fphttpapp, httpdefs, httproute, fpjson, jsonparser;
procedure Conv(r: TRequest; a: TResponse); begin a.Content := IntToStr(StrToInt('many')); end;
procedure Nilp(r: TRequest; a: TResponse); var l: TStringList; begin l := nil; a.Content := l.Text; end;
procedure Openf(r: TRequest; a: TResponse); begin TFileStream.Create('/etc/shop/tariff.ini', fmOpenRead); end;
procedure Told(r: TRequest; a: TResponse); begin try GetJSON('{"sku": }'); except on E: Exception do begin a.Code := 500; a.ContentType := 'application/json'; a.Content := '{"error":"' + E.ClassName + '","message":"' + StringReplace(StringReplace(E.Message, '"', '\"', [rfReplaceAll]), LineEnding, '\n', [rfReplaceAll]) + '"}'; end; end; end;
procedure Closed(r: TRequest; a: TResponse); begin a.Code := 503; a.ContentType := 'text/plain'; a.Content := 'The shop opens at eight.'; end;
begin
  HTTPRouter.RegisterRoute('/conv', @Conv); HTTPRouter.RegisterRoute('/nil', @Nilp); HTTPRouter.RegisterRoute('/open', @Openf); HTTPRouter.RegisterRoute('/told', @Told); HTTPRouter.RegisterRoute('/closed', @Closed);
  Application.Address := '127.0.0.1'; Application.Port := StrToInt(ParamStr(1)); Application.Threaded := True; Application.Initialize; Application.Run;
end.
