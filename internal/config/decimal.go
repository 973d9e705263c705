package config

import "go.yaml.in/yaml/v3"

// decimalOf gives the decimal sign that a from: node declares. It stands there
// beside the file's other habits (charset, delimiter), and is needed where cells
// are read as numbers. Databases and Parquet files write a point of themselves.
func decimalOf(from *yaml.Node) string {
	sign := ""
	for i := 0; from != nil && from.Kind == yaml.MappingNode && i+1 < len(from.Content); i += 2 {
		switch key, v := from.Content[i].Value, from.Content[i+1].Value; {
		case key == "decimal" && (v == "." || v == ","):
			return v
		case key == "driver", key == "format" && v == "parquet":
			sign = "."
		}
	}
	return sign
}
