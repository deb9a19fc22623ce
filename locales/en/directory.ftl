## The public directory of units
units-public-title = Departments · { $service }
units-public-heading = Departments
units-public-link = Departments: addresses, phones, office hours, duties
units-public-search = Which department, or what for
units-public-search-button = Search
units-public-none = There is no such department.
units-public-duties = Duties
units-public-address = Address
units-public-phone = Phone
units-public-hours = Office hours
units-public-gone = Departments that are gone
units-public-followed = { $unit }: its work is now done by { $successor }
units-public-not-followed = { $unit }: dissolved; please ask the government office
units-public-unavailable = The directory can't be shown now. Please try again later.
