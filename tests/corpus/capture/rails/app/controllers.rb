class Book < ActiveRecord::Base
  validates :title, presence: true, length: { maximum: 20 }
  validates :isbn, format: { with: /\A\d{13}\z/ }
end
ActiveRecord::Schema.verbose = false
if ENV['DATABASE_URL'].start_with?('sqlite')
  ActiveRecord::Schema.define { create_table(:books, force: true) { |t| t.string :title, null: false; t.string :isbn; t.index :isbn, unique: true } }
end

class BooksController < (ENV['API'] == '1' ? ActionController::API : ActionController::Base)
  def index
    render json: Book.where(auhtor: params[:author]).to_a
  end

  def show
    render json: Book.find(params[:id])
  end

  def create
    render json: Book.create!(params.require(:book).permit(:title, :isbn)), status: 201
  rescue ActiveRecord::RecordInvalid => e
    render json: { errors: e.record.errors.to_hash }, status: 422
  end

  def page
    @book = nil
    render inline: "<h1>Book</h1>\n<p><%= @book.title %></p>\n"
  end
end

class LoansController < (ENV['API'] == '1' ? ActionController::API : ActionController::Base)
  def show
    case params[:what]
    when 'nil' then render plain: params[:reader].name
    when 'unique' then 2.times { Book.insert_all!([{ title: 'x', isbn: '1' }]) }
    when 'null' then Book.connection.execute("INSERT INTO books (isbn) VALUES ('2')")
    when 'statement' then render json: Book.find_by_sql(['SELECT * FROM loans WHERE reader = ?', 4])
    when 'cause' then begin; JSON.parse('{'); rescue JSON::ParserError; raise ArgumentError, 'reader card of branch 12 is unreadable'; end
    when 'const' then render plain: LoanPolicy.new.days
    when 'missing' then render :receipt
    when 'message'
      begin
        Book.find_by_sql('SELECT id, titel FROM books')
      rescue StandardError => e
        render json: { status: 500, error: e.class, exception: e.message, traces: e.backtrace.first(5) }, status: 500
      end
    when 'pg'
      begin
        ActiveRecord::Base.connection.execute('SELECT 1')
      rescue StandardError => e
        render json: { errors: [{ title: 'Database', detail: e.message }] }, status: 503
      end
    when 'xml'
      begin
        nil.due_date
      rescue StandardError => e
        render xml: { error: e.message, where: e.backtrace.first }.to_xml(root: 'fault'), status: 500
      end
    end
  end
end
