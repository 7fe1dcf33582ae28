"""The tutorial, walked through by itself: `kafkacli quickstart` and `make quickstart`."""
