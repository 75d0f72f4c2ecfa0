"""A believable programme to try the product with: Halden Systems, sixty partners, eighteen months of deals.

Everything is made by the services that people use, from fixed random numbers, so each load of one day is alike.
"""
