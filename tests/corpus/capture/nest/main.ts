// A small NestJS application: built-in exceptions, pipes, and an exception filter that tells all when MODE=debug.
import 'reflect-metadata'
import { ArgumentsHost, BadGatewayException, Body, Catch, ConflictException, Controller, ExceptionFilter, ForbiddenException, Get, HttpException, Injectable, InternalServerErrorException, Module, NotFoundException, Param, ParseIntPipe, ParseUUIDPipe, Post, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { IsEmail, IsInt, Min } from 'class-validator'
import { Pool } from 'pg'

class CreateUser {
  @IsEmail() email!: string
  @IsInt() @Min(18) age!: number
}

@Injectable()
export class OrdersService {
  private pool = new Pool({ host: '127.0.0.1', port: 54329, user: 'shop', password: 'hunter2-staging', database: 'shop' })
  private repo: any
  find(id: string) { return this.pool.query('SELECT * FROM "order" WHERE id = $1', [id]) }
  save() { return this.repo.save({}) }
}

@Controller()
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}
  @Get('orders/:id') find(@Param('id') id: string) { return this.orders.find(id) }
  @Get('save') save() { return this.orders.save() }
  @Get('wrapped') async wrapped() { try { return await this.orders.find('1') } catch (e) { throw new InternalServerErrorException(String(e)) } }
  @Get('described') async described() { try { return await this.orders.find('1') } catch (e: any) { throw new InternalServerErrorException({ statusCode: 500, message: e.message, detail: e.stack.split('\n') }) } }
  @Get('gateway') async gateway() { try { return await fetch('http://127.0.0.1:8099/') } catch (e: any) { throw new BadGatewayException(`${e.message}: ${e.cause.message}`) } }
  @Get('items/:id') item(@Param('id', ParseIntPipe) id: number) { return id }
  @Get('uuid/:id') uuid(@Param('id', ParseUUIDPipe) id: string) { return id }
  @Get('conflict') conflict() { throw new ConflictException('This e-mail address is already registered') }
  @Get('forbidden') forbidden() { throw new ForbiddenException() }
  @Get('missing') missing() { throw new NotFoundException('Order 12 was not found', { description: 'ORDER_NOT_FOUND' }) }
  @Post('users') create(@Body() user: CreateUser) { return user }
}

@Catch()
export class AllExceptionsFilter implements ExceptionFilter {
  catch(exception: any, host: ArgumentsHost) {
    const ctx = host.switchToHttp()
    const status = exception instanceof HttpException ? exception.getStatus() : 500
    ctx.getResponse().status(status).json({ statusCode: status, timestamp: new Date().toISOString(), path: ctx.getRequest().url, name: exception.name, message: exception.message, stack: exception.stack })
  }
}

@Module({ controllers: [OrdersController], providers: [OrdersService] })
export class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create(AppModule, { logger: false })
  app.useGlobalPipes(new ValidationPipe())
  if (process.env.MODE === 'debug') app.useGlobalFilters(new AllExceptionsFilter())
  await app.listen(Number(process.env.PORT), '127.0.0.1')
}
bootstrap()
