require 'rails'
require 'action_controller/railtie'
require 'active_record/railtie'
require 'rack/handler/puma'

class Library < Rails::Application
  config.root = '/srv/library'
  config.eager_load = false
  config.secret_key_base = 'staging-7c1e0d'
  config.hosts.clear
  config.consider_all_requests_local = Rails.env.development?
  config.logger = Logger.new(File::NULL)
  config.api_only = ENV['API'] == '1'
  config.action_dispatch.show_exceptions = true
  config.debug_exception_response_format = ENV['API'] == '1' ? :api : :default
  config.active_record.legacy_connection_handling = false if config.active_record.respond_to?(:legacy_connection_handling=)
end
ENV['DATABASE_URL'] ||= 'sqlite3:/srv/library/library.sqlite3'
Library.initialize!
require '/srv/library/controllers'
Library.routes.draw do
  resources :books, only: %i[index show create update]
  get '/loans/:what', to: 'loans#show'
  get '/page', to: 'books#page'
end
Rack::Handler::Puma.run(Library, Host: '127.0.0.1', Port: 21042, Silent: true)
