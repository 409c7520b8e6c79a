"""The purposes of the score sheets that applications hold; scoring knows them by these names."""

SELF = "applications.self"
REVIEW = "applications.review"
