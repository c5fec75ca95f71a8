// An OpenTelemetry Collector of few parts: what a relay before Spanhound needs, and no more, as each part
// is minutes to compile. Takes the command line of the Collector.
package main

import (
	"os"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// No two of a kind share a name, so that making the maps cannot fail.
func byType[Factory component.Factory](factories ...Factory) map[component.Type]Factory {
	made, err := otelcol.MakeFactoryMap(factories...)
	if err != nil {
		panic(err)
	}
	return made
}

func parts() (otelcol.Factories, error) {
	return otelcol.Factories{
		Receivers:  byType[receiver.Factory](otlpreceiver.NewFactory(), filelogreceiver.NewFactory()),
		Processors: byType[processor.Factory](batchprocessor.NewFactory()),
		Exporters:  byType[exporter.Factory](otlpexporter.NewFactory(), otlphttpexporter.NewFactory()),
		Extensions: byType[extension.Factory](bearertokenauthextension.NewFactory()),
		Telemetry:  otelconftelemetry.NewFactory(),
	}, nil
}

func main() {
	files := confmap.ResolverSettings{DefaultScheme: "file",
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory()}}
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo:              component.BuildInfo{Command: "collector", Version: "0.165.0"},
		Factories:              parts,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: files},
	})
	if err := command.Execute(); err != nil {
		os.Exit(1)
	}
}
