extension String {
    /// Whether both are the same UTF-8. Swift's `==` takes texts for equal that Unicode calls equivalent, "é" in one piece
    /// and in two; labels are bytes, as in Prometheus.
    package func hasEqualBytes(_ other: String) -> Bool {
        // Equal bytes are equal texts too, and most texts differ at their first bytes.
        self == other && utf8.elementsEqual(other.utf8)
    }
}
