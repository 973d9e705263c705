// Package cleanse is `clean`: values, one on a line and without a project, in
// whatever charset the file is, through the rules of the river. It keeps nothing.
package cleanse
