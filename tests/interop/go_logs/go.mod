module interop

go 1.21

require (
	github.com/elastic/go-elasticsearch/v7 v7.17.10
	github.com/fluent/fluent-logger-golang v1.9.0
)

require (
	github.com/bmizerany/assert v0.0.0-20160611221934-b7ed37b82869 // indirect
	github.com/kr/pretty v0.3.1 // indirect
	github.com/philhofer/fwd v1.1.2 // indirect
	github.com/tinylib/msgp v1.1.9 // indirect
)
