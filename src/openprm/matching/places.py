"""Countries, parts of the world and the business cities that tell a branch from its parent ("Xerox Canada")."""

_PLACES = """
afghanistan africa albania algeria america americas amsterdam angola apac argentina armenia asia atlanta australia
austria azerbaijan bahrain balkans bangladesh barcelona beijing belarus belgie belgique belgium benelux berlin
bolivia bosnia boston botswana brasil brazil britain brussels bucharest budapest bulgaria cambodia cameroon canada
caribbean cesko chicago chile china colombia congo croatia cuba cyprus czech dach dallas danmark delhi denmark
deutschland dubai dublin east ecuador eesti egypt emea emirates england espana estonia ethiopia europe finland
france frankfurt gcc geneva georgia germany ghana greece guatemala hamburg hellas honduras hong houston hrvatska
hungary iberia iceland india indonesia iran iraq ireland israel istanbul italia italy jamaica japan johannesburg
jordan kazakhstan kenya kong korea kuwait latam latvia latvija lebanon libya liechtenstein lietuva lisboa lisbon
lithuania london luxembourg macau madrid magyarorszag malaysia malta manila maroc mauritius melbourne mena mexico
miami milan milano moldova monaco mongolia montreal morocco moscow mozambique mumbai munchen munich myanmar namibia
nederland nepal netherlands nicaragua nigeria nordic nordics norge north norway oceania oman osterreich pacific
pakistan panama paraguay paris peru philippines poland polska portugal prague praha qatar roma romania rome rossiya
rus russia rwanda scandinavia schweiz scotland senegal seoul serbia shanghai shenzhen singapore slovakia slovenia
slovenija south spain stockholm suisse suomi sverige svizzera sweden switzerland sydney syria taiwan tanzania
thailand tokyo toronto tunisia tunisie turkey turkiye uae uganda uk ukraina ukraine uruguay us usa uzbekistan
vancouver venezuela vienna vietnam wales warsaw warszawa west wien yemen zambia zealand zimbabwe zurich
"""
PLACES = frozenset(_PLACES.split())
